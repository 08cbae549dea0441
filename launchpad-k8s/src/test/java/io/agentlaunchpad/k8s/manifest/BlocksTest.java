package io.agentlaunchpad.k8s.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlocksTest {

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3/32",
        "10.1.2.3/16, 10.1.0.0/16",
        "10.1.2.3/0, 0.0.0.0/0",
        "10.1.2.131/25, 10.1.2.128/25",
        "[2001:DB8::7], 2001:db8::7/128",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1/128",
        "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1/128",
        "[::ffff:10.1.2.3], 10.1.2.3/32",
        "fd00::1/8, fd00::/8",
        "::, ::/128",
        "::/0, ::/0",
    })
    void an_address_or_block_becomes_the_canonical_block(String text, String block) {
        assertThat(Blocks.of(text)).contains(block);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db.example", "300.1.1.1", "1.2.3", "[::::]", "10.0.0.0/33", "[:]", "", "abc", "dead.beef"})
    void anything_else_is_none(String text) {
        assertThat(Blocks.of(text)).isEmpty();
    }
}
