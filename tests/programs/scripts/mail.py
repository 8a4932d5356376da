"""Messages: made, written, parsed and taken apart."""
import email
import email.policy
from email.message import EmailMessage
from email.utils import formataddr, parseaddr, parsedate_to_datetime

message = EmailMessage()
message['Subject'] = 'Grüße an alle, die hier eine sehr lange Zeile brauchen, damit sie umgebrochen wird'
message['From'] = formataddr(('Jörg Müller', 'joerg@example.org'))
message['To'] = ['a@example.org', 'b@example.org'][0]
message['Date'] = 'Mon, 20 Nov 1995 19:12:08 -0500'
message.set_content('Hallo!\n' + 'ein langer Satz ' * 20 + '\n')
message.add_alternative('<p>Hallo ä</p>', subtype='html')
message.add_attachment(bytes(range(200)), maintype='application', subtype='octet-stream', filename='ü.bin')
message.set_boundary('BOUNDARY')
for part in message.walk():
    if part.is_multipart():
        part.set_boundary('B' + part.get_content_subtype())
text = message.as_string()
print(text)
back = email.message_from_string(text, policy=email.policy.default)
for part in back.walk():
    print(part.get_content_type(), part.get_filename(), part.get('Content-Disposition'))
print(back['subject'], back['from'].addresses, back['date'].datetime, parsedate_to_datetime(back['date']))
print(parseaddr('"A. B" <a@b.c>'), back.get_body(('plain',)).get_content()[:40], back.defects)
print(email.message_from_string('broken\nheader: x\n\n').defects)
print(back.as_bytes(policy=email.policy.SMTP)[:300])
