"""The ways of differentiating, one file each: seed, call, read off."""
