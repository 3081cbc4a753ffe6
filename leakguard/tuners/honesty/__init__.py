"""What the winner's score is worth: corrected for having been chosen as the best of many."""
