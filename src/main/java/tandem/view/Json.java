package tandem.view;

import tandem.memory.WaitCounts;
import tandem.timeline.JsonText;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/// A scene as JSON, for programs.
final class Json {
    private Json() {}

    static String of(Scene scene) {
        return scene.server() == null
                ? object(
                        List.of(
                                field(
                                        "sessions",
                                        array(scene.groups().stream().map(Json::of).toList()))))
                : ofServer(scene);
    }

    private static String ofServer(Scene scene) {
        List<Scene.Group> groups = scene.groups();
        return object(
                List.of(
                        field("server", JsonText.quote(scene.server())),
                        field(
                                "machines",
                                array(
                                        groups.stream()
                                                .filter(group -> !group.members().isEmpty())
                                                .map(Json::ofMachine)
                                                .toList())),
                        field(
                                "objects",
                                array(
                                        groups.stream()
                                                .flatMap(group -> group.items().stream())
                                                .map(Json::of)
                                                .toList())),
                        field(
                                "more",
                                Integer.toString(
                                        groups.stream().mapToInt(Scene.Group::more).sum()))));
    }

    private static String ofMachine(Scene.Group group) {
        return object(
                List.of(
                        field("name", JsonText.quote(group.directory().toString())),
                        field(
                                "processes",
                                array(group.members().stream().map(Json::of).toList()))));
    }

    private static String of(Scene.Group group) {
        return object(
                List.of(
                        field("directory", JsonText.quote(group.directory().toString())),
                        field("processes", array(group.members().stream().map(Json::of).toList())),
                        field("objects", array(group.items().stream().map(Json::of).toList())),
                        field("more", Integer.toString(group.more()))));
    }

    private static String of(Scene.Member member) {
        List<String> fields = new ArrayList<>();
        fields.add(field("name", JsonText.quote(member.name())));
        fields.add(field("pid", Long.toString(member.pid())));
        fields.add(field("parent", Long.toString(member.parent())));
        fields.add(field("state", JsonText.quote(member.state().name().toLowerCase(Locale.ROOT))));
        fields.add(field("doing", JsonText.quote(member.doing())));
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
                        field("name", JsonText.quote(item.name())),
                        field("kind", JsonText.quote(item.header().kind().prefix())),
                        field("path", JsonText.quote(item.path().toString())),
                        field(
                                "typecode",
                                isArray ? JsonText.quote(item.header().typecode().code()) : "null"),
                        field("length", isArray ? Long.toString(item.header().length()) : "null"),
                        field(
                                "status",
                                JsonText.quote(item.status().name().toLowerCase(Locale.ROOT))),
                        field("holder", JsonText.quote(item.holder())),
                        field(
                                "waiting",
                                array(item.waiting().stream().map(JsonText::quote).toList())),
                        field("count", Long.toString(item.count())),
                        field("perSecond", number(item.perSecond())),
                        field("contended", number(item.contended())),
                        field("recoveries", Long.toString(item.recoveries())),
                        field("contents", JsonText.quote(item.contents()))));
    }

    private static String field(String name, String value) {
        return JsonText.quote(name) + ": " + value;
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
}
