"""The built-in gateway: in process as a transport, over HTTP at /sandbox/v1, its jobs and their webhooks."""
