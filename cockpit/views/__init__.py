"""What each page says, as plain values: pure functions of (snapshot, selection). No markup, no colours."""
