package tandem.view;

import tandem.memory.WaitCounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/// A scene as JSON, for programs.
final class Json {
    private Json() {}

    static String of(Scene scene) {
        return object(
                List.of(field("sessions", array(scene.groups().stream().map(Json::of).toList()))));
    }

    private static String of(Scene.Group group) {
        return object(
                List.of(
                        field("directory", quote(group.directory().toString())),
                        field("processes", array(group.members().stream().map(Json::of).toList())),
                        field("objects", array(group.items().stream().map(Json::of).toList())),
                        field("more", Integer.toString(group.more()))));
    }

    private static String of(Scene.Member member) {
        List<String> fields = new ArrayList<>();
        fields.add(field("name", quote(member.name())));
        fields.add(field("pid", Long.toString(member.pid())));
        fields.add(field("parent", Long.toString(member.parent())));
        fields.add(field("state", quote(member.state().name().toLowerCase(Locale.ROOT))));
        fields.add(field("doing", quote(member.doing())));
        fields.add(field("waitedMillis", Long.toString(member.waited())));
        fields.add(field("cpu", number(member.cpu())));
        fields.add(
                field(
                        "residentBytes",
                        member.residentBytes() < 0
                                ? "null"
                                : Long.toString(member.residentBytes())));
        WaitCounts all = member.counts().all();
        fields.add(field("waits", Long.toString(all.waits())));
        fields.add(field("lockWaits", Long.toString(member.counts().locks().waits())));
        fields.add(field("eventWaits", Long.toString(member.counts().events().waits())));
        fields.add(field("totalWaitNanos", Long.toString(all.nanos())));
        fields.add(field("longestWaitNanos", Long.toString(all.longestNanos())));
        fields.add(field("recoveries", Long.toString(member.counts().recoveries())));
        return object(fields);
    }

    private static String of(Scene.Item item) {
        boolean isArray = item.header().typecode() != null;
        return object(
                List.of(
                        field("name", quote(item.name())),
                        field("kind", quote(item.header().kind().prefix())),
                        field("path", quote(item.path().toString())),
                        field(
                                "typecode",
                                isArray ? quote(item.header().typecode().code()) : "null"),
                        field("length", isArray ? Long.toString(item.header().length()) : "null"),
                        field("status", quote(item.status().name().toLowerCase(Locale.ROOT))),
                        field("holder", quote(item.holder())),
                        field("waiting", array(item.waiting().stream().map(Json::quote).toList())),
                        field("count", Long.toString(item.count())),
                        field("perSecond", number(item.perSecond())),
                        field("contended", number(item.contended())),
                        field("recoveries", Long.toString(item.recoveries())),
                        field("contents", quote(item.contents()))));
    }

    private static String field(String name, String value) {
        return quote(name) + ": " + value;
    }

    private static String object(List<String> fields) {
        return "{" + String.join(", ", fields) + "}";
    }

    private static String array(List<String> values) {
        StringJoiner joined = new StringJoiner(",\n ", "[", "]");
        values.forEach(joined::add);
        return joined.toString();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }

    /// A name may hold anything, also half of a character that takes two.
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                quoted.append('\\').appendCodePoint(c);
                            } else if (c < ' '
                                    || c >= Character.MIN_SURROGATE
                                            && c <= Character.MAX_SURROGATE) {
                                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
                            } else {
                                quoted.appendCodePoint(c);
                            }
                        });
        return quoted.append('"').toString();
    }
}
