CREATE TABLE pupils (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       varchar(50) NOT NULL UNIQUE,
    credit     int NOT NULL CHECK (credit >= 0),
    tutor      varchar(100),
    tutor_news varchar(1000)
);
