"""What the hardware allows, and how much of it a run used."""
