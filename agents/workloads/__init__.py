"""What a measurement repeats: tensors through a library, prompts through a server."""
