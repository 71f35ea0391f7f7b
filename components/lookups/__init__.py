"""What is asked of GitHub and AWS before anything is registered."""
