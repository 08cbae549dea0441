package io.agentlaunchpad.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The name under which an agent's platform is stored leads back to the platform. */
class PlaceTest {

    @ParameterizedTest
    @MethodSource("places")
    void every_place_is_found_again_by_its_name(Place place) {
        assertThat(Place.parse(place.name())).contains(place);
    }

    static Stream<Place> places() {
        return Stream.of(
                new Place("prod", "agents", false, List.of()),
                new Place("", "agents", true, List.of()),
                new Place("arn:aws:eks:eu-west-1:123456789012:cluster/prod", "agents", true, List.of("b", "a")),
                new Place("admin@cluster?x&ephemeral/y", "team-a", false, List.of("registry-login")));
    }

    @Test
    void names_are_as_documented() {
        assertThat(new Place("prod", "agents", false, List.of()).name()).isEqualTo("kubernetes:prod/agents");
        assertThat(new Place("prod", "agents", true, List.of("b", "a")).name())
                .isEqualTo("kubernetes:prod/agents?ephemeral&pull-secret=a&pull-secret=b");
    }

    @Test
    void other_platforms_are_no_places() {
        assertThat(Place.parse("local")).isEmpty();
        assertThat(Place.parse("kubernetes:")).isEmpty();
        assertThat(Place.parse("moon:a/b")).isEmpty();
    }
}
