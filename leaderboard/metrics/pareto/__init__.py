"""Several objectives at once: fronts, layers, volumes, distances between fronts, and the lines that plots draw."""
