package tandem.lesson;

/// Whether a line that was sent is the one that was offered, perhaps changed: half of it, at its beginning
/// and its end, is the same.
final class Likeness {
    private Likeness() {}

    static boolean isSame(String offered, String sent) {
        String one = squeezed(offered);
        String other = squeezed(sent);
        int shorter = Math.min(one.length(), other.length());
        int same = 0;
        while (same < shorter && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        for (int i = 1; same < shorter && last(one, i) == last(other, i); i++) {
            same++;
        }
        return 2 * same >= Math.max(one.length(), other.length());
    }

    private static char last(String text, int index) {
        return text.charAt(text.length() - index);
    }

    private static String squeezed(String line) {
        return line.replaceAll("\\s+", "");
    }
}
