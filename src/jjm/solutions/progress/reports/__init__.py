"""Public reports of areas: evaluated from their definitions for any day, as JSON, CSV and XLSX."""
