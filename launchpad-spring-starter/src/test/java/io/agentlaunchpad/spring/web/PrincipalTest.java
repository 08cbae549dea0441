package io.agentlaunchpad.spring.web;

import static io.agentlaunchpad.spring.web.TestServer.ADA;
import static io.agentlaunchpad.spring.web.TestServer.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Base64;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.filter.OncePerRequestFilter;

/** Users whom the application itself has authenticated, beside API keys: with Spring Security and without. */
@Timeout(120)
class PrincipalTest {

    private static final String ON = "launchpad.security.principal=true";

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":password").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(classes = {WithSpringSecurity.class, WithoutSpringSecurity.class})
    void a_user_owns_his_agents_and_one_with_the_role_sees_all(Class<?> application, @TempDir Path home) {
        try (TestServer server = TestServer.start(home, application, ON)) {
            String id = server.call("POST", "/agents", null, ADA, "Authorization", basic("ann"))
                    .json()
                    .path("agentId")
                    .asString();
            TestServer.Answer own = server.call("GET", "/agents/" + id, null, null, "Authorization", basic("ann"));
            assertThat(own.json().path("owner").asString()).isEqualTo("ann");
            assertThat(server.call("GET", "/agents/" + id, null, null, "Authorization", basic("bob"))
                            .status())
                    .isEqualTo(404);
            assertThat(server.call("GET", "/agents/" + id, null, null, "Authorization", basic("chief"))
                            .status())
                    .isEqualTo(200);
            assertThat(server.call("GET", "/keys", null, null, "Authorization", basic("ann"))
                            .status())
                    .isEqualTo(403);
            assertThat(server.call("GET", "/keys", null, null, "Authorization", basic("chief"))
                            .status())
                    .isEqualTo(200);
            assertThat(server.call("GET", "/agents/" + id, ADMIN, null).status())
                    .as("keys go on")
                    .isEqualTo(200);
            assertThat(server.call("GET", "/agents", null, null).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {WithSpringSecurity.class, WithoutSpringSecurity.class})
    void without_the_property_a_user_is_nobody_here(Class<?> application, @TempDir Path home) {
        try (TestServer server = TestServer.start(home, application)) {
            assertThat(server.call("GET", "/agents", null, null, "Authorization", basic("chief"))
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void a_page_of_another_site_changes_nothing_in_a_users_name(@TempDir Path home) {
        try (TestServer server = TestServer.start(home, WithoutSpringSecurity.class, ON)) {
            String id = server.call("POST", "/agents", null, ADA, "Authorization", basic("ann"))
                    .json()
                    .path("agentId")
                    .asString();
            String restart = "/agents/" + id + "/restart";
            for (String[] foreign : new String[][] {
                {"Sec-Fetch-Site", "cross-site"},
                {"Sec-Fetch-Site", "same-site"},
                {"Origin", "https://evil.example"},
                {"Origin", "null"}
            }) {
                TestServer.Answer answer =
                        server.call("POST", restart, null, null, "Authorization", basic("ann"), foreign[0], foreign[1]);
                assertThat(answer.status()).as(foreign[1]).isEqualTo(403);
                assertThat(answer.code()).isEqualTo("CROSS_SITE_REQUEST");
            }
            assertThat(server.call("GET", "/agents/" + id + "/operations", ADMIN, null)
                            .json()
                            .path("items"))
                    .hasSize(1);
            assertThat(server.call(
                                    "POST",
                                    restart,
                                    null,
                                    null,
                                    "Authorization",
                                    basic("ann"),
                                    "Sec-Fetch-Site",
                                    "same-origin")
                            .status())
                    .isEqualTo(202);
            assertThat(server.call(
                                    "POST",
                                    restart,
                                    null,
                                    null,
                                    "Authorization",
                                    basic("ann"),
                                    "Origin",
                                    "http://" + server.base().getAuthority())
                            .status())
                    .isEqualTo(202);
            assertThat(server.call("POST", restart, ADMIN, null, "Origin", "https://elsewhere.example")
                            .status())
                    .as("a key is no cookie")
                    .isEqualTo(202);
        }
    }

    @Test
    void a_bearer_token_of_the_applications_own_is_no_wrong_api_key(@TempDir Path home) {
        try (TestServer server = TestServer.start(home, WithoutSpringSecurity.class, ON)) {
            assertThat(server.call("GET", "/agents", null, null, "Authorization", "Bearer token-of-ann")
                            .status())
                    .isEqualTo(200);
            assertThat(server.call("GET", "/agents", null, null, "Authorization", "Bearer " + ADMIN)
                            .status())
                    .isEqualTo(200);
            assertThat(server.call("GET", "/agents", null, null, "Authorization", "Bearer alk_wrong")
                            .status())
                    .isEqualTo(401);
        }
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableWebSecurity
    static class WithSpringSecurity {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(all -> all.anyRequest().permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .csrf(csrf -> csrf.ignoringRequestMatchers("/launchpad/api/**"))
                    .build();
        }

        @Bean
        InMemoryUserDetailsManager users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ann")
                            .password("{noop}password")
                            .roles("X")
                            .build(),
                    User.withUsername("bob")
                            .password("{noop}password")
                            .roles("X")
                            .build(),
                    User.withUsername("chief")
                            .password("{noop}password")
                            .roles("LAUNCHPAD_ADMIN")
                            .build());
        }

        /** As Spring Boot registers it. */
        @Bean
        DelegatingFilterProxyRegistrationBean springSecurity() {
            DelegatingFilterProxyRegistrationBean filter =
                    new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
            filter.setOrder(-100);
            filter.setDispatcherTypes(EnumSet.allOf(jakarta.servlet.DispatcherType.class));
            return filter;
        }
    }

    /** A filter of the application's own, as a proxy or a container may be one. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutSpringSecurity {

        @Bean
        @Order(-100)
        FilterRegistrationBean<OncePerRequestFilter> login() {
            FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(new Login());
            filter.setOrder(-100);
            return filter;
        }

        private static final class Login extends OncePerRequestFilter {

            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                String user = user(request.getHeader("Authorization"));
                chain.doFilter(user == null ? request : new As(request, user), response);
            }

            private static @org.jspecify.annotations.Nullable String user(
                    @org.jspecify.annotations.Nullable String authorization) {
                if (authorization != null && authorization.startsWith("Bearer token-of-")) {
                    return authorization.substring(16);
                }
                return authorization == null || !authorization.startsWith("Basic ")
                        ? null
                        : new String(Base64.getDecoder().decode(authorization.substring(6)), StandardCharsets.UTF_8)
                                .replace(":password", "");
            }
        }

        private static final class As extends HttpServletRequestWrapper {

            private final String user;

            As(HttpServletRequest request, String user) {
                super(request);
                this.user = user;
            }

            @Override
            public Principal getUserPrincipal() {
                return () -> user;
            }

            @Override
            public boolean isUserInRole(String role) {
                return user.equals("chief") && role.equals("LAUNCHPAD_ADMIN");
            }
        }
    }
}
