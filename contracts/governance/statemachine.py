"""State machines of business objects: what may follow what, and what is wrong with a machine."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.lean_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateMachine:
    """States of one object; ``initial`` first, ``final`` have no way out on purpose."""

    name: str
    initial: str
    transitions: Mapping[str, tuple[str, ...]]
    final: frozenset[str]
    title: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, in the order they are written."""
        found = dict.fromkeys([self.initial, *self.transitions])
        for following in self.transitions.values():
            found.update(dict.fromkeys(following))
        return tuple(found)

    def allowed(self, now: str, then: str) -> bool:
        """Whether the object may go from one state to the other."""
        return then in self.transitions.get(now, ())

    def problems(self) -> tuple[str, ...]:
        """Unreachable states, dead ends that are not final, final states with a way out."""
        import networkx  # a tenth of a second that only this question needs

        graph: networkx.DiGraph[str] = networkx.DiGraph()
        graph.add_nodes_from(self.states)
        graph.add_edges_from(
            (now, then) for now, following in self.transitions.items() for then in following
        )
        reached = {self.initial, *networkx.descendants(graph, self.initial)}
        found = [
            f"{self.name}: {state!r} cannot be reached from {self.initial!r}"
            for state in self.states
            if state not in reached
        ]
        for state in self.states:
            leaves = [then for then in graph.successors(state) if then != state]
            if not leaves and state not in self.final:
                found.append(f"{self.name}: {state!r} is a dead end and not declared final")
            if leaves and state in self.final:
                found.append(f"{self.name}: {state!r} is final but leads to {leaves[0]!r}")
        found += [
            f"{self.name}: final state {state!r} is not a state of it"
            for state in sorted(self.final - set(self.states))
        ]
        return tuple(found)

    def unmapped(self, vendor_values: Mapping[str, str | None]) -> tuple[str, ...]:
        """Vendor values that map to nothing, or to a state this machine does not have."""
        return tuple(value for value, state in vendor_values.items() if state not in self.states)
