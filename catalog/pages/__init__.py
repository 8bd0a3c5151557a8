"""What pages of models are made of, without their HTML."""
