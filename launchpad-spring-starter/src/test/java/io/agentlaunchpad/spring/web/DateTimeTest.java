package io.agentlaunchpad.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05z, 2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.6Z, 2026-01-02T03:04:05.600Z",
        "2026-01-02T03:04:05.1234567899Z, 2026-01-02T03:04:05.123456789Z",
        "2026-01-02T03:04:05+02:30, 2026-01-02T00:34:05Z",
        "2026-01-02T03:04:05-23:59, 2026-01-03T03:03:05Z",
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z"
    })
    void a_date_time_is_read_in_every_form_that_it_may_have(String text, String instant) {
        assertThat(DateTime.parse(text)).hasToString(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "1767323045",
                "2026-01-02",
                "2026-01-02T03:04Z",
                "2026-01-02T03:04:05",
                "2026-01-02 03:04:05Z",
                "2026-02-29T00:00:00Z",
                "2026-01-02T24:00:00Z",
                "2026-01-02T03:04:05.Z",
                "2026-01-02T03:04:05+2",
                "+12026-01-02T03:04:05Z",
                "Fri, 02 Jan 2026 03:04:05 GMT",
                "２026-01-02T03:04:05Z"
            })
    void nothing_else_is_a_date_time(String text) {
        assertThatThrownBy(() -> DateTime.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
