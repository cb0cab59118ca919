package tandem.lesson;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// A notebook as it lies in a file: its cells of code, with what came when they ran.
record Notebook(List<Cell> cells) {
    private static final Pattern PATH = Pattern.compile("(?m)^/\\S+$");
    private static final Pattern SPARE = Pattern.compile("(?m)^.*\\(spare\\).*$");
    private static final Pattern TIME = Pattern.compile("[\\d.]+ (?:ms|s|µs)");
    private static final Pattern SHARE = Pattern.compile(" \\d+%");
    private static final Pattern NUMBER = Pattern.compile("[\\d.]+");
    private static final Pattern TEXT = Pattern.compile("<text[^>]*>([^<]*)</text>");

    record Cell(String source, List<String> outputs) {}

    static Notebook of(Path file) throws IOException {
        JsonObject whole = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        List<Cell> cells = new ArrayList<>();
        for (JsonElement one : whole.getAsJsonArray("cells")) {
            JsonObject cell = one.getAsJsonObject();
            if (cell.get("cell_type").getAsString().equals("code")) {
                List<String> outputs = new ArrayList<>();
                for (JsonElement output : cell.getAsJsonArray("outputs")) {
                    JsonObject content = output.getAsJsonObject();
                    add(outputs, content.get("output_type").getAsString(), content);
                }
                cells.add(new Cell(text(cell.get("source")), outputs));
            }
        }
        return new Notebook(cells);
    }

    /// Adds an output, as a notebook and as a message has it: what is printed goes on where it was.
    static void add(List<String> outputs, String type, JsonObject content) {
        String kind = type.equals("stream") ? content.get("name").getAsString() : type;
        String text = kind + ":\n" + shown(type, content);
        boolean goesOn =
                type.equals("stream")
                        && !outputs.isEmpty()
                        && outputs.getLast().startsWith(kind + ":\n");
        if (goesOn) {
            outputs.set(outputs.size() - 1, outputs.getLast() + text(content.get("text")));
        } else {
            outputs.add(text);
        }
    }

    private static String shown(String type, JsonObject content) {
        return switch (type) {
            case "stream" -> text(content.get("text"));
            case "error" -> text(content.get("evalue"));
            default -> {
                JsonObject data = content.getAsJsonObject("data");
                yield text(data.get(data.has("image/svg+xml") ? "image/svg+xml" : "text/plain"));
            }
        };
    }

    private static String text(JsonElement text) {
        return text instanceof JsonArray lines
                ? StreamSupport.stream(lines.spliterator(), false)
                        .map(JsonElement::getAsString)
                        .collect(Collectors.joining())
                : text.getAsString();
    }

    /// What is the same each time: without numbers, which are of that one run, where they are those of pids, rates
    /// and times. Of a picture, its texts.
    static List<String> alike(List<String> outputs) {
        return outputs.stream().map(Notebook::alike).toList();
    }

    private static String alike(String output) {
        if (output.contains("<svg")) {
            return TEXT.matcher(output)
                    .results()
                    .map(match -> numberless(match.group(1)))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .toString();
        }
        if (output.contains("PROCESS")) {
            String stays = SPARE.matcher(PATH.matcher(output).replaceAll("")).replaceAll("");
            return stays.lines()
                    .map(line -> numberless(line).replaceAll(" +", " "))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .toString();
        }
        return output;
    }

    private static String numberless(String text) {
        String untimed = TIME.matcher(text).replaceAll("TIME");
        return NUMBER.matcher(SHARE.matcher(untimed).replaceAll("")).replaceAll("N").strip();
    }
}
