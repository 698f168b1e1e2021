"""The Jal Jeevan Mission Digital Public Infrastructure: registries, standards and open APIs for drinking water."""
