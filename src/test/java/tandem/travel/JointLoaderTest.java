package tandem.travel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The loader for what a library's code returns to a program.
@Tag("once")
class JointLoaderTest {
    private final ClassLoader above = JointLoaderTest.class.getClassLoader();
    private final ClassLoader library = new Knowing("a library's", String.class);
    private final ClassLoader program = new Knowing("a program's", Integer.class);

    /// Knows a class by another name.
    private static final class Knowing extends ClassLoader {
        private final String name;
        private final Class<?> type;

        Knowing(String name, Class<?> type) {
            super(JointLoaderTest.class.getClassLoader());
            this.name = name;
            this.type = type;
        }

        @Override
        protected Class<?> findClass(String asked) throws ClassNotFoundException {
            if (!asked.equals(name)) {
                throw new ClassNotFoundException(asked);
            }
            return type;
        }
    }

    @Test
    void itIsTheOneThatKnowsWhatTheOtherDoes() {
        assertThat(JointLoader.of(above, program)).isSameAs(program);
        assertThat(JointLoader.of(program, above)).isSameAs(program);
        assertThat(JointLoader.of(program, program)).isSameAs(program);
        assertThat(JointLoader.of(program, null)).isSameAs(program);
        assertThat(JointLoader.of(null, program)).isSameAs(program);
    }

    @Test
    void itKnowsTheClassesOfBoth() throws ClassNotFoundException {
        ClassLoader both = JointLoader.of(library, program);
        assertThat(JointLoader.of(library, program)).isSameAs(both);
        assertThat(both.loadClass("a library's")).isEqualTo(String.class);
        assertThat(both.loadClass("a program's")).isEqualTo(Integer.class);
        assertThatExceptionOfType(ClassNotFoundException.class)
                .isThrownBy(() -> both.loadClass("nobody's"));
    }
}
