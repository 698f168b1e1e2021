"""The Jal Jeevan Mission Digital Public Infrastructure: registries, standards and open APIs for rural drinking water."""
