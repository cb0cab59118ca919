package tandem.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The shared objects of a run in the order of how long they were held and waited for, and their letters.
final class Letters {
    private static final int MOST = 24; // x says that a process was killed.

    private final List<String> objects;
    private final Map<String, Integer> numbers = new HashMap<>();

    Letters(Run run) {
        Map<String, Long> times = new HashMap<>();
        for (Lane lane : run.lanes()) {
            for (Span span : lane.spans()) {
                if (!span.isJoin()) {
                    times.merge(span.object(), span.nanos(), Long::sum);
                }
            }
        }
        objects = new ArrayList<>(times.keySet());
        objects.sort(
                Comparator.comparing((String object) -> -times.get(object))
                        .thenComparing(object -> object));
        for (String object : objects) {
            numbers.put(object, numbers.size());
        }
    }

    /// All objects.
    List<String> objects() {
        return objects;
    }

    /// The place of an object among all.
    int number(String object) {
        return numbers.get(object);
    }

    /// `A` for the one with the most, and so on; `#` for all behind the last letter.
    char of(String object) {
        int number = number(object);
        char letter = (char) ('A' + number);
        return number >= MOST ? '#' : letter >= 'X' ? (char) (letter + 1) : letter;
    }

    /// As of one that is waited for.
    char small(String object) {
        char letter = of(object);
        return letter == '#' ? '+' : Character.toLowerCase(letter);
    }
}
