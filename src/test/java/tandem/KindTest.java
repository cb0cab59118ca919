package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tandem.memory.Kind;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What there has to be of each kind of shared object, so that one more is not forgotten anywhere.
@Tag("once")
class KindTest {
    private static final Path HOME = Path.of(System.getProperty("tandem.home"));

    static Stream<Kind> kinds() {
        return Arrays.stream(Kind.values()).filter(Kind::isObject);
    }

    /// The public class of a kind.
    static Class<?> type(Kind kind) throws ClassNotFoundException {
        String name = kind.name();
        StringBuilder type = new StringBuilder("tandem.");
        for (String word : name.split("_")) {
            type.append(word.charAt(0)).append(word.substring(1).toLowerCase());
        }
        return Class.forName(type.toString());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itIsAClassThatIsAttached(Kind kind) throws ReflectiveOperationException {
        Class<?> type = type(kind);
        assertThat(Shared.class).isAssignableFrom(type);
        Method attach = type.getMethod("attach", Path.class);
        assertThat(attach.getReturnType()).isEqualTo(type);
        assertThat(Shared.class.isAssignableFrom(type.getMethod("name").getDeclaringClass()))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFileIsKnownByItsName(Kind kind) {
        assertThat(Kind.ofFile(kind.prefix() + "-7")).isEqualTo(kind);
        assertThat(Kind.ofFile(kind.prefix() + "-")).isNull();
        assertThat(Kind.ofFile(kind.prefix() + "s-7")).isNull();
        assertThat(Kind.ofFile(kind.prefix() + "-7.part")).isNull();
        assertThat(Kind.ofNumber(kind.number())).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theLayoutIsDocumented(Kind kind) throws IOException {
        String page = Files.readString(HOME.resolve("docs/layout.md"));
        assertThat(page)
                .containsPattern("\\| kind: .*\\b%d %s\\b".formatted(kind.number(), kind.prefix()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nullIsRefused(Kind kind) throws ClassNotFoundException {
        assertThat(NullTest.TYPES).contains(type(kind));
    }

    @Test
    void thereIsNoOtherSharedObject() throws ClassNotFoundException {
        Set<Class<?>> types = new HashSet<>();
        for (Kind kind : kinds().toList()) {
            types.add(type(kind));
        }
        Deque<Class<?>> open = new ArrayDeque<>(List.of(Shared.class));
        while (!open.isEmpty()) {
            Class<?> next = open.pop();
            if (next.isSealed()) {
                open.addAll(List.of(next.getPermittedSubclasses()));
            }
            if (Modifier.isPublic(next.getModifiers())
                    && !Modifier.isAbstract(next.getModifiers())) {
                assertThat(types).contains(next);
            } else {
                assertThat(types)
                        .anyMatch(
                                type -> type.isAssignableFrom(next) || next.isAssignableFrom(type));
            }
        }
    }
}
