package io.agentlaunchpad.spi;

/**
 * Who did what, as it stands in the store.
 *
 * @param number grows from entry to entry, perhaps with gaps; the cursor of a page
 * @param row what was appended
 */
public record AuditEntry(long number, AuditRow row) {}
