"""Plain values of the registry and their laws."""

from registry.domain.contract import (
    Classification,
    Contract,
    Expectation,
    Kind,
    Lifecycle,
    Problem,
    Reference,
    Version,
)
from registry.domain.decision import Answer, Decision, Outcome, Reason, ReasonKind
from registry.domain.estate import (
    ContractUse,
    Demand,
    Deployment,
    Endpoint,
    Environment,
    GatePolicy,
    Release,
    Strictness,
    System,
)
from registry.domain.identifiers import Number
from registry.domain.people import (
    ANONYMOUS,
    NOBODY,
    OPEN,
    SYSTEM,
    Principal,
    PrincipalKind,
    Role,
    Team,
    Token,
    User,
)
from registry.domain.record import AuditEntry, DeliveryState, OutboxEvent
from registry.domain.run import Run, RunFailure, RunStatus
from registry.domain.sharing import Share, ShareKind
from registry.domain.trigger import Trigger, TriggerKind
from registry.domain.waiver import Approval, Waiver, WaiverState
from registry.domain.webhook import Delivery, Webhook

__all__ = [
    "ANONYMOUS",
    "NOBODY",
    "OPEN",
    "SYSTEM",
    "Answer",
    "Approval",
    "AuditEntry",
    "Classification",
    "Contract",
    "ContractUse",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Demand",
    "Deployment",
    "Endpoint",
    "Environment",
    "Expectation",
    "GatePolicy",
    "Kind",
    "Lifecycle",
    "Number",
    "OutboxEvent",
    "Outcome",
    "Principal",
    "PrincipalKind",
    "Problem",
    "Reason",
    "ReasonKind",
    "Reference",
    "Release",
    "Role",
    "Run",
    "RunFailure",
    "RunStatus",
    "Share",
    "ShareKind",
    "Strictness",
    "System",
    "Team",
    "Token",
    "Trigger",
    "TriggerKind",
    "User",
    "Version",
    "Waiver",
    "WaiverState",
    "Webhook",
]
