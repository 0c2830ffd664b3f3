"""What names a member at the till: card, phone, e-mail. One kind a file in `kinds`."""
