package tandem;

import tandem.session.Names;

import java.util.AbstractList;
import java.util.List;

/// An object that all of the user's processes find by its name, as [Tandem#named()] lists it.
///
/// ```java
/// var door = Lock.named("door");
/// named().get(0).processes();          // [MainProcess (pid 4711)]
/// door.close();
/// ```
///
/// @param name the name that it was given
/// @param form what it was made as: `Array(i, 100)`, `Lock`, `Barrier(3)`
/// @param processes those that have it, by name and pid: `MainProcess (pid 4711)`
public record Named(String name, String form, List<String> processes) {
    public Named {
        processes = List.copyOf(processes);
    }

    /// All there are, by name.
    static List<Named> all() {
        Names names = Names.ofOthers();
        return new Table(
                names == null
                        ? List.of()
                        : names.all().stream()
                                .map(e -> new Named(e.name(), e.form(), e.owners()))
                                .toList());
    }

    /// A list that is printed as a table.
    private static final class Table extends AbstractList<Named> {
        private final List<Named> rows;

        Table(List<Named> rows) {
            this.rows = rows;
        }

        @Override
        public Named get(int index) {
            return rows.get(index);
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append(rows.size()).append(rows.size() == 1 ? " object" : " objects");
            text.append(" by name");
            int names = rows.stream().mapToInt(row -> columns(row.name)).max().orElse(0);
            int forms = rows.stream().mapToInt(row -> row.form.length()).max().orElse(0);
            for (Named row : rows) {
                text.append(System.lineSeparator()).append(row.name);
                text.repeat(' ', names - columns(row.name) + 2).append(row.form);
                text.repeat(' ', forms - row.form.length() + 2);
                text.append(String.join(", ", row.processes));
            }
            return text.toString();
        }

        /// How wide a name is at a terminal: letters of these scripts take two columns.
        private static int columns(String name) {
            return name.codePoints()
                    .map(
                            c ->
                                    switch (Character.UnicodeScript.of(c)) {
                                        case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
                                        default -> 1;
                                    })
                    .sum();
        }
    }
}
