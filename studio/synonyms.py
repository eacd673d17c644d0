"""What else things are called, so that people find them by the word they would use.

Each line: how a catalogue may call a thing, and what somebody who wants it may ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ALSO = """
cat: kitten, kitty, pet, animal
dog: puppy, pup, pet, animal
fox: animal, forest
bear: animal, forest
panda: bear, animal
rabbit: bunny, hare, animal, easter
mouse: rat, animal
pig: piglet, farm, animal
cow: farm, animal
lion: safari, animal
tiger: safari, animal
elephant: safari, animal
monkey: ape, animal
koala: bear, animal
hedgehog: animal, forest
sheep: lamb, farm, animal
bat: vampire, halloween, animal
raccoon: animal
whale: sea
frog: toad, animal
owl: bird, animal
penguin: bird, winter, animal
chick: chicken, bird, farm, easter
duck: duckling, bird, farm
parrot: bird, tropical
fish: goldfish, sea, pet
octopus: squid, sea, tentacles
turtle: tortoise, animal
snail: slug, animal
bee: bumblebee, insect, honey
butterfly: insect, spring
ladybug: ladybird, beetle, insect
crab: lobster, sea, beach
snake: reptile, animal
jellyfish: sea
apple: fruit, food
pear: fruit, food
orange: tangerine, fruit, food
lemon: lime, fruit, food
banana: fruit, food
strawberry: berry, fruit, food
cherry: berry, fruit, food
grapes: grape, berry, fruit, food
watermelon: melon, fruit, summer
avocado: fruit, food, guacamole
carrot: vegetable, food
pizza: slice, snack
burger: hamburger, sandwich
sushi: rice, fish
egg: breakfast, easter
ice cream: cone, dessert, sweet, summer
cupcake: cake, muffin, dessert, sweet
donut: doughnut, dessert, sweet
cookie: biscuit, dessert, sweet
toast: bread, breakfast
coffee: cup, mug, tea, drink
cheese: food, snack
cactus: plant, desert, succulent
mushroom: toadstool, forest, fungus
sunflower: flower, plant, summer
tulip: flower, plant, spring
tree: plant, nature, oak
pine tree: fir, forest
clover: shamrock, luck
car: automobile, auto, vehicle
bus: coach, vehicle
train: locomotive, railway, vehicle
rocket: spaceship, spacecraft, space
sailboat: boat, ship, sailing, sea
airplane: plane, aeroplane, jet, travel
hot-air balloon: balloon, flight, travel
submarine: boat, sea
book: novel, reading, school
pencil: pen, crayon, school
light bulb: lamp, idea, light
gift: present, birthday, box
alarm clock: clock, watch, time
camera: photo, photography
teapot: kettle, tea, pot
heart: love, valentine
backpack: bag, rucksack, school
candle: light, birthday
television: tv, screen
guitar: music, instrument
soccer ball: football, ball, sport
trophy: cup, prize, winner
sun: sunshine, weather, summer
moon: night, crescent
star: night, favourite
cloud: weather, sky
rain cloud: rain, storm, weather
rainbow: weather, colours
raindrop: drop, water, rain
lightning bolt: lightning, thunder, flash, storm
snowflake: snow, winter
planet: saturn, space
house: home, cottage, building
castle: palace, fortress, building
lighthouse: beacon, tower, sea
tent: camping, camp
igloo: winter
ghost: spirit, halloween, spooky
robot: android, machine
snowman: snow, winter, christmas
alien: ufo, extraterrestrial, space
unicorn: horse, magic
dragon: monster, fantasy
dinosaur: dino, reptile
monster: creature, halloween
astronaut: spaceman, cosmonaut, space
wizard: magician, sorcerer, magic
jack-o'-lantern: pumpkin, halloween
mermaid: siren, sea, fantasy
"""


def _inverted() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _ALSO.strip().splitlines():
        thing, names = line.split(":", 1)
        for name in names.split(","):
            found.setdefault(name.strip(), []).append(thing.strip())
    return {name: tuple(things) for name, things in found.items()}


STANDS_IN: Mapping[str, tuple[str, ...]] = MappingProxyType(_inverted())
"""What is asked for to the things that will do: "bunny" to "rabbit", "vehicle" to "car", "bus" …"""
