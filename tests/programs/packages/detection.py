"""chardet: what it makes of texts in many encodings."""
import chardet
from chardet.universaldetector import UniversalDetector

TEXTS = {'de': 'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Größe, Maß, Füße. ' * 5,
         'ru': 'Съешь же ещё этих мягких французских булок, да выпей чаю. Это просто пример текста на русском языке. ' * 5,
         'el': 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Αυτό είναι ένα παράδειγμα κειμένου στα ελληνικά. ' * 5,
         'he': 'דג סקרן שט בים מאוכזב ולפתע מצא חברה. זהו טקסט לדוגמה בעברית. ' * 5, 'en': 'Plain words only. ' * 5}
for language, text in TEXTS.items():
    for encoding in 'ascii', 'utf-8', 'utf-8-sig', 'utf-16', 'utf-32', 'iso-8859-1', 'windows-1251', 'koi8-r', 'cp866', 'iso-8859-7', 'windows-1255', 'mac-cyrillic':
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        print(language, encoding, chardet.detect(data), [found['encoding'] for found in chardet.detect_all(data)])
detector = UniversalDetector()
for line in TEXTS['ru'].encode('koi8-r').split(b'.'):
    detector.feed(line)
print(detector.close(), detector.result)
