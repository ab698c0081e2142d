from tests.shared_database import empty_database, file_database

__all__ = ["empty_database", "file_database"]
