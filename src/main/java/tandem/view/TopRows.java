package tandem.view;

import org.jline.utils.AttributedString;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The rows of `top`, and which of them are shown where there is no room for all.
///
/// @param note makes a row of what is said about rows that are left out
record TopRows(List<Section> sections, Function<String, AttributedString> note) {
    /// Rows of a section that is not shown whole: one, and the one that says how many are left out.
    private static final int FEWEST = 2;

    /// @param key what it stands for, null for a row that cannot be selected
    /// @param trouble what stands out about it, empty when nothing does
    record Row(TopScreen.Key key, AttributedString text, String trouble) {
        Row(AttributedString text) {
            this(null, text, "");
        }

        private boolean isOf(Object selected) {
            return key != null && key.equals(selected);
        }
    }

    /// The processes, or the objects, of a session.
    ///
    /// @param head what stands above them
    /// @param what they are, one of them
    record Section(List<Row> head, List<Row> body, String what) {
        Section {
            head = List.copyOf(head);
            body = List.copyOf(body);
        }
    }

    TopRows {
        sections = List.copyOf(sections);
    }

    List<Row> all() {
        return sections.stream()
                .flatMap(section -> Stream.concat(section.head.stream(), section.body.stream()))
                .toList();
    }

    /// What can be selected.
    List<TopScreen.Key> keys() {
        return all().stream().map(Row::key).filter(key -> key != null).toList();
    }

    /// So many rows that the selected one is among them. Where there is no room for all, each section
    /// gets a part of it, and says what it leaves out; where there is not even room for that, they
    /// are the rows around the selected one.
    List<Row> window(Object selected, int room) {
        int heads = sections.stream().mapToInt(section -> section.head.size()).sum();
        if (heads + sections.size() * FEWEST > room) {
            List<Row> all = all();
            int first = first(all, selected, room);
            return all.subList(first, Math.min(all.size(), first + room));
        }
        int[] shares = shares(room - heads);
        List<Row> shown = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            shown.addAll(sections.get(i).head);
            shown.addAll(part(sections.get(i), selected, shares[i]));
        }
        return shown;
    }

    /// What a small section does not need goes to the others.
    private int[] shares(int room) {
        int[] shares = new int[sections.size()];
        int left = room;
        int sharers = shares.length;
        List<Integer> smallestFirst =
                IntStream.range(0, shares.length)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> sections.get(i).body.size()))
                        .toList();
        for (int i : smallestFirst) {
            shares[i] = Math.min(sections.get(i).body.size(), left / sharers);
            left -= shares[i];
            sharers--;
        }
        return shares;
    }

    private List<Row> part(Section section, Object selected, int room) {
        List<Row> body = section.body;
        if (body.size() <= room) {
            return body;
        }
        int first = first(body, selected, room - 1);
        int end = first + room - 1;
        List<Row> part = new ArrayList<>(body.subList(first, end));
        part.add(
                new Row(
                        note.apply(
                                about(
                                        Stream.concat(
                                                        body.subList(0, first).stream(),
                                                        body.subList(end, body.size()).stream())
                                                .toList(),
                                        section.what))));
        return part;
    }

    private static String about(List<Row> hidden, String what) {
        StringBuilder text = new StringBuilder("… ");
        text.append(TopScreen.plural(hidden.size(), "more " + what));
        hidden.stream()
                .map(Row::trouble)
                .filter(trouble -> !trouble.isEmpty())
                .collect(Collectors.groupingBy(t -> t, TreeMap::new, Collectors.counting()))
                .forEach((trouble, count) -> text.append(", %d %s".formatted(count, trouble)));
        return text.toString();
    }

    /// The first of so many rows that the selected one stands in their middle, if it is one of them.
    private static int first(List<Row> rows, Object selected, int room) {
        int at =
                IntStream.range(0, rows.size())
                        .filter(i -> rows.get(i).isOf(selected))
                        .findFirst()
                        .orElse(0);
        return Math.clamp(at - room / 2L, 0, Math.max(0, rows.size() - room));
    }
}
