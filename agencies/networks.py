"""Addresses and networks from which a key may be used, as people write them and as they are compared."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
MAPPED = 96  # bits before the IPv4 address in ::ffff:192.0.2.1


def plain_address(text: str) -> str:
    """An address in its one spelling: without a port's or an interface's name, IPv4 as IPv4; empty if it is none."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def read_network(text: str) -> Network:
    """An address or a network (CIDR) in its one spelling. Raises ValueError, also for bits beyond the network's own."""
    network = ip_network(text.strip())
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < MAPPED:
        return network
    return ip_network((mapped, network.prefixlen - MAPPED))


def write_network(network: Network) -> str:
    """As people write it: an address alone without its length."""
    is_one = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if is_one else str(network)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks; one that is not known lies in none."""
    plain = plain_address(address)
    return bool(plain) and any(ip_address(plain) in read_network(each) for each in networks)
