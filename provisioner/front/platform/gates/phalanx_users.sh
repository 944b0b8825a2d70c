# P-7: whose numbers agree; found by `users report`, which writes what it found beside the instance's state.
give_up "whose numbers agree is not known here yet" "provisioner users report $INSTANCE"
