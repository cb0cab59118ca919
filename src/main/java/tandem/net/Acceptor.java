package tandem.net;

/// A process that accepts code from others.
///
/// @param number of the server
/// @param acceptance that jobs are signed for
/// @param jobs how many it has now
/// @param machine what its machine calls itself
/// @param process its name and pid, for a person
public record Acceptor(String number, String acceptance, int jobs, String machine, String process) {
    private static final int FIELDS = 6;

    /// As the server has sent it; null when it is none.
    static Acceptor of(String line) {
        String[] fields = line.split("\t", -1);
        return fields.length != FIELDS || !fields[2].matches("\\d{1,4}")
                ? null
                : new Acceptor(
                        fields[0],
                        fields[1],
                        Integer.parseInt(fields[2]),
                        fields[3],
                        "%s (pid %s)".formatted(fields[4], fields[5]));
    }
}
