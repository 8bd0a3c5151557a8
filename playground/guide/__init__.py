"""What the admin's start page says of the site itself: what is left to set up, and what needs attention today."""
