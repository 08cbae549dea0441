package io.agentlaunchpad.samples.embedded;

import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

/** The school's own table. */
@Repository
class Pupils {

    private final JdbcClient database;

    Pupils(JdbcClient database) {
        this.database = database;
    }

    long add(String name, int credit) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        database.sql("INSERT INTO pupils (name, credit) VALUES (?, ?)")
                .params(name, credit)
                .update(id, "ID");
        return Objects.requireNonNull(id.getKeyAs(Long.class), "the table gives numbers");
    }

    Optional<Pupil> find(long id) {
        return database.sql("SELECT id, name, credit, tutor, tutor_news FROM pupils WHERE id = ?")
                .param(id)
                .query(Pupil.class)
                .optional();
    }

    /** Refused by the table's own rule where the credit does not suffice. */
    void charge(long id, int euros) {
        database.sql("UPDATE pupils SET credit = credit - ? WHERE id = ?")
                .params(euros, id)
                .update();
    }

    void setTutor(long id, String agent) {
        database.sql("UPDATE pupils SET tutor = ? WHERE id = ?")
                .params(agent, id)
                .update();
    }

    void setNews(String agent, String news) {
        database.sql("UPDATE pupils SET tutor_news = ? WHERE tutor = ?")
                .params(news, agent)
                .update();
    }
}
