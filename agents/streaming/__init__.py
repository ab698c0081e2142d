"""Streamed answers of an OpenAI-compatible server: asked for, stamped as they arrive, read and doubted afterwards."""
