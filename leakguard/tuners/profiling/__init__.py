"""Looking at training rows before anything is tuned: what they are like, and which bounds follow from that."""
