//! How a device and the server come to agree.
