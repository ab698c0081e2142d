"""Where joules come from: one file per source, all of one shape (`base.EnergySource`)."""
