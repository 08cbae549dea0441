package io.agentlaunchpad.samples.embedded;

import java.net.URI;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The school's own HTTP API. */
@RestController
@RequestMapping("/pupils")
class PupilController {

    private final Pupils pupils;
    private final Tutors tutors;

    PupilController(Pupils pupils, Tutors tutors) {
        this.pupils = pupils;
        this.tutors = tutors;
    }

    @PostMapping
    ResponseEntity<Pupil> enrol(@RequestBody Enrolment enrolment) {
        long id = tutors.enrol(enrolment.name(), enrolment.credit());
        return ResponseEntity.created(URI.create("/pupils/" + id)).body(find(id));
    }

    @GetMapping("/{id}")
    Pupil find(@PathVariable long id) {
        return pupils.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    @PostMapping("/{id}/questions")
    Answer ask(@PathVariable long id, @RequestBody Question question) {
        return new Answer(tutors.ask(find(id), question.text()));
    }

    @ExceptionHandler
    ProblemDetail refused(DataIntegrityViolationException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.CONFLICT, "The name is taken, or the credit is less than " + Tutors.PRICE + ".");
    }

    record Enrolment(String name, int credit) {}

    record Question(String text) {}

    record Answer(String text) {}
}
