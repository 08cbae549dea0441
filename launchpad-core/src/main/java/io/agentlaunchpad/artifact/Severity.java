package io.agentlaunchpad.artifact;

/** How bad a finding is, mildest first; the order is the comparison. The names are those of CVSS v3 ratings. */
public enum Severity {
    UNKNOWN,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
}
