package io.agentlaunchpad.samples.embedded;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** The application as it was before; Launchpad changed nothing here. */
@SpringBootApplication
public class School {

    public static void main(String[] args) {
        SpringApplication.run(School.class, args);
    }

    /** Everybody logs in; the API has no cookies that a foreign page could use. */
    @Bean
    SecurityFilterChain logins(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .httpBasic(Customizer.withDefaults())
                .csrf(csrf -> csrf.disable())
                .build();
    }
}
