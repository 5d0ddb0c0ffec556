"""What a number is: number systems other than float64."""
