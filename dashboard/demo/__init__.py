"""演示数据: a believable year around the day it is loaded, for people who want to see the system at work.

The dashboard only reads; this data too is made through the same actions that people use, one after the other, by the
right person, at moments of the past year. Nothing in it is a fact: every account, task, report and file says 演示数据.
"""

from agencies.templatetags.demonstration import demo_accounts
from dashboard.demo.load import DemoRefusedError, DemoResult, is_loaded, load_demo
from dashboard.demo.people import PASSWORD

__all__ = ["PASSWORD", "DemoRefusedError", "DemoResult", "demo_accounts", "is_loaded", "load_demo"]
