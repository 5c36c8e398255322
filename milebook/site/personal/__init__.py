"""The page "Make it yours": everybody's plans, worked out in the browser."""
