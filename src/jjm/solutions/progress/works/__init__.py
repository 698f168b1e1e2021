"""Works: what must hold before a work, a report of progress, a geotag, a Har Ghar Jal or a handover moves on."""
