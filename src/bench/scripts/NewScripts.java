import static tandem.Tandem.*;

import tandem.*;

/// Writes a script and spawns it, several times, and prints how long each took to its first instruction, in
/// milliseconds.
void main(String[] args) throws Exception {
    Array moment = Array.of("q", 1);
    Path folder = Files.createTempDirectory("tandem-bench-");
    Path script = folder.resolve("New.java");
    String text = Files.readString(Path.of("src/bench/scripts/Starter.java"));
    for (int left = Integer.parseInt(args[0]); left > 0; left--) {
        Files.writeString(script, "%s// %d%n".formatted(text, System.nanoTime()));
        long start = System.nanoTime();
        spawn(script, moment).join();
        IO.println((moment.get(0) - start) / 1e6);
    }
    Files.delete(script);
    Files.delete(folder);
}
