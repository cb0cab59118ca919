package tandem.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Passes on what is printed, but for the lines that tell of kills and recoveries: here they are
/// expected, by the hundred.
final class ExpectedWords extends OutputStream {
    private static final Pattern EXPECTED =
            Pattern.compile(
                    "(\\[[^]]*] )?(tandem: .* was (held|written) by .*, which is dead.*"
                            + "|tandem: .* has died, or was away, with .*"
                            + "|tandem: .* has not answered for 2 s .* goes on waiting"
                            + "|killed by signal (9|15))\\R");

    private final OutputStream to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private ExpectedWords(OutputStream to) {
        this.to = to;
    }

    static PrintStream hiddenFrom(PrintStream to) {
        return new PrintStream(new ExpectedWords(to), true, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int character) throws IOException {
        line.write(character);
        if (character == '\n') {
            if (!EXPECTED.matcher(line.toString(StandardCharsets.UTF_8)).matches()) {
                line.writeTo(to);
                to.flush();
            }
            line.reset();
        }
    }
}
