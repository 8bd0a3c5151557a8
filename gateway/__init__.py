"""The wire: the only code that talks to an AI gateway.

It knows HTTP, server-sent events and the OpenAI error envelope. It knows neither Django nor models nor endpoints'
names: a `Call` goes in, an `Exchange` comes out, and whatever fails in between rises as one `GatewayError`.
"""
