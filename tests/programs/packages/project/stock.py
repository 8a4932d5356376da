"""What the tests of this small project are about."""
import dataclasses


class OutOfStock(Exception):
    pass


@dataclasses.dataclass
class Shelf:
    items: dict = dataclasses.field(default_factory=dict)

    def add(self, name, count=1):
        if count < 1:
            raise ValueError(f'{count} is no number to add')
        self.items[name] = self.items.get(name, 0) + count

    def take(self, name):
        if not self.items.get(name):
            raise OutOfStock(name)
        self.items[name] -= 1
        return name

    def __len__(self):
        return sum(self.items.values())
