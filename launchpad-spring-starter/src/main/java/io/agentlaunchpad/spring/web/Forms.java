package io.agentlaunchpad.spring.web;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Checks bodies by the {@link Form} of their parts. */
final class Forms {

    private Forms() {}

    /** Lets a body pass, or refuses it with the name of what will not do. */
    static void check(Object body) {
        for (RecordComponent component : body.getClass().getRecordComponents()) {
            Form form = component.getAnnotation(Form.class);
            if (form != null) {
                check(component.getName(), form, value(component, body));
            }
        }
    }

    private static void check(String name, Form form, @Nullable Object value) {
        if (value == null) {
            if (form.required()) {
                throw Parameters.invalid(name, "it must be there.");
            }
        } else if (value instanceof Integer number) {
            Parameters.within(name, number, form.least(), form.most());
        } else if (value instanceof String text) {
            Parameters.text(name, text, form.least(), form.most());
        }
    }

    private static @Nullable Object value(RecordComponent component, Object body) {
        try {
            return component.getAccessor().invoke(body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Our records can be read", e);
        }
    }
}
