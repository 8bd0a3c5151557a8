"""What gateways answer, read whatever its shape, for the results that pages show."""
