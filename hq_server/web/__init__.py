"""What HQ speaks over HTTP: the office API, the branches' socket, enrolment."""
